import { unstable_cache } from "next/cache";

export const dynamic = "force-dynamic";

const readSettings = unstable_cache(async () => ({ title: "settings" }), ["settings"], { revalidate: 60 });

export default async function Page() {
  const { title } = await readSettings();
  return <p>{title}</p>;
}
