export const dynamic = "force-dynamic";

export default async function Page() {
  throw new Error("on purpose, in a server component");
}
