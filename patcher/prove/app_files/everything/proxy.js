// Named middleware.js before next 16.
import { NextResponse } from "next/server";

export const config = { matcher: "/guarded" };

export default function proxy(request) {
  const response = NextResponse.next();
  response.headers.set("x-asked-for", request.nextUrl.pathname);
  return response;
}
