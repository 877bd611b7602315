import Hello from "../components/hello";

export default function Direct() {
  return <Hello />;
}

export async function getServerSideProps() {
  return { props: {} };
}
