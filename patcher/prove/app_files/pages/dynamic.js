import dynamic from "next/dynamic";

const Hello = dynamic(() => import("../components/hello"));

export default function Dynamic() {
  return <Hello />;
}

export async function getServerSideProps() {
  return { props: {} };
}
