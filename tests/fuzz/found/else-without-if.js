class{constructor(){}loadConfig(){{}}createServer(){{getRequestHandler(){}}}async getServer(){if(!this.serverPromise){this.serverPromise=loadConfig().then(async(conf)=>{else 
                if(conf){}createServer()
                return this})}return this.serverPromise}getServerRequestHandler(){if(this){((server))}}}