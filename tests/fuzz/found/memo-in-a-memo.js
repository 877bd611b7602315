{(key)}let kept
get=()=>(kept??=make().catch(()=>{async function make(){(key)}let kept
exports.get=()=>{if(kept===undefined)kept=make()
  return kept}}))