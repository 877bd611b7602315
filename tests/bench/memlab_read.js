// What memlab needs for the same answer: node memlab_read.js MEMLAB_FOLDER FILE prints the retainer chain and the
// retained size of each IncomingMessage.
"use strict";
const { createRequire } = require("module");
const path = require("path");
const { getFullHeapFromFile } = createRequire(path.resolve(process.argv[2], "package.json"))("@memlab/heap-analysis");

getFullHeapFromFile(process.argv[3]).then((heap) => {
    let count = 0;
    heap.nodes.forEach((node) => {
        if (node.name !== "IncomingMessage" || node.type !== "object") return;
        count++;
        const chain = [];
        for (let at = node; at.pathEdge; at = at.pathEdge.fromNode) {
            chain.unshift(`${at.pathEdge.fromNode.name}.${at.pathEdge.name_or_index}`);
        }
        console.log(node.retainedSize, chain.join(" -> "));
    });
    console.log(count, "IncomingMessage");
});
