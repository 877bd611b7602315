import { EventEmitter } from 'node:events';

declare global {
  var __emitter: EventEmitter | undefined;
}

export const emitter: EventEmitter = (globalThis.__emitter ??= new EventEmitter().setMaxListeners(0));

export async function loader({ request }: { request: Request }): Promise<Response> {
  const encoder = new TextEncoder();
  let forget = () => {};
  const stream = new ReadableStream({
    start(controller) {
      const send = (text: string) => controller.enqueue(encoder.encode(`data: ${text}\n\n`));
      const listener = (text: string) => send(`${request.url} ${text}`);
      emitter.on('notification', listener);
      forget = () => emitter.off('notification', listener);
      if (request.signal.aborted) forget();
      else request.signal.addEventListener('abort', forget, { once: true });
      send('hello');
    },
    cancel: () => forget(),
  });
  return new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
}
