import Hello from "../../components/hello";

export const dynamic = "force-dynamic";

export default async function Page() {
  await new Promise((resolve) => setTimeout(resolve, 1));
  return <Hello />;
}
