"use server";

import { revalidatePath } from "next/cache";

export async function save() {
  await new Promise((resolve) => setTimeout(resolve, 1));
  revalidatePath("/fresh");
  return "saved";
}
