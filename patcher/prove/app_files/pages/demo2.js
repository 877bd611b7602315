export default function Demo2() {
  return <p>another static page</p>;
}
