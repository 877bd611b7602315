export default async function Slow() {
  await new Promise((resolve) => setTimeout(resolve, 50));
  return <p>at last</p>;
}
