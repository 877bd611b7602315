()=>(kept??=(async()=>{})())
function (){(key)}
let kept