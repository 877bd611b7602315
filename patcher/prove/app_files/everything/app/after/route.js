import * as server from "next/server";

export const dynamic = "force-dynamic";

export async function GET() {
  const { after } = server; // from next 15.1 on
  after?.(() => new Promise((resolve) => setTimeout(resolve, 5)));
  return Response.json({ answered: true });
}
