import { Suspense } from "react";
import Slow from "../../components/slow";

export const dynamic = "force-dynamic";

export default function Page() {
  return (
    <Suspense fallback={<p>wait</p>}>
      <Slow />
    </Suspense>
  );
}
