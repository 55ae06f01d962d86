// age's files by another implementation, which knows post-quantum ones too:
//   node age.cjs open IDENTITIES IN OUT
//   node age.cjs seal RECIPIENT IN OUT
// Node must find the package age-encryption (NODE_PATH; scripts/bootstrap --dev installs it).
'use strict';
const fs = require('fs');
globalThis.crypto ??= require('crypto').webcrypto; // Node 18 has it under this name only

async function main(what, key, from, to) {
    const { Encrypter, Decrypter } = await import(require.resolve('age-encryption'));
    const bytes = new Uint8Array(fs.readFileSync(from));
    if (what === 'open') {
        const decrypter = new Decrypter();
        for (const line of fs.readFileSync(key, 'utf8').split('\n')) {
            if (line.startsWith('AGE-SECRET-KEY-')) decrypter.addIdentity(line.trim());
        }
        fs.writeFileSync(to, await decrypter.decrypt(bytes, 'uint8array'));
    } else {
        const encrypter = new Encrypter();
        encrypter.addRecipient(key);
        fs.writeFileSync(to, await encrypter.encrypt(bytes));
    }
}

main(...process.argv.slice(2)).catch((error) => {
    console.error(String(error));
    process.exit(1);
});
