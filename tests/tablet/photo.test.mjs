// What a file is that should be a photo: by its bytes, whatever it is called.
import assert from "node:assert/strict"
import { test } from "node:test"
import { isHeic } from "../../sopwatch/tablet/js/photo.mjs"

const file = (head, name) => new File([new Uint8Array([0, 0, 0, 24]), head, new Uint8Array(40)], name)

for (const brand of ["ftypheic", "ftypheix", "ftypmif1", "ftyphevc"]) {
  test(`a photo that begins with ${brand} is HEIC`, async () => assert.equal(await isHeic(file(brand, "IMG_1.jpg")), true))
}

test("another file is none, whatever its name says", async () => {
  for (const head of ["ftypavif", "ftypisom", "JFIF0000", ""]) assert.equal(await isHeic(file(head, "IMG_1.heic")), false)
})
