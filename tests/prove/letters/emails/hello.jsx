import * as React from "react";

export default function Hello({ name = "reader" }) {
  return (
    <html>
      <body>
        <p>Hello {name}</p>
      </body>
    </html>
  );
}
