export const dynamic = "force-dynamic";

export async function GET(request) {
  return Response.json({ path: new URL(request.url).pathname });
}
