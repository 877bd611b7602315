export default function Failing() {
  return <p>never shown</p>;
}

export async function getServerSideProps() {
  throw new Error("on purpose, in getServerSideProps");
}
