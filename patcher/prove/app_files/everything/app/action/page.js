import { save } from "./actions";

export const dynamic = "force-dynamic";

export default function Page() {
  return (
    <form action={save}>
      <button>save</button>
    </form>
  );
}
