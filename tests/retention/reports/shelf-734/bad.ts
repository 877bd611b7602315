import { EventEmitter } from 'node:events';

declare global {
  var __emitter: EventEmitter | undefined;
}

export const emitter: EventEmitter = (globalThis.__emitter ??= new EventEmitter().setMaxListeners(0));

export async function loader({ request }: { request: Request }): Promise<Response> {
  const encoder = new TextEncoder();
  const stream = new ReadableStream({
    start(controller) {
      const send = (text: string) => controller.enqueue(encoder.encode(`data: ${text}\n\n`));
      emitter.on('notification', (text: string) => send(`${request.url} ${text}`));
      send('hello');
    },
  });
  return new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
}
