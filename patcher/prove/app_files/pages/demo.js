export default function Demo() {
  return <p>a static page</p>;
}
