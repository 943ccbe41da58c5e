import type { MetricPoint } from './metricStream';

/** A larger record is a picture or a graph, never a scalar: it is passed over without being kept. */
const recordAtMost = 1 << 20;
const headerBytes = 12;
const footerBytes = 4;

/**
 * Scalars of a TensorBoard event file, read as it grows: TFRecord framing (length, checksum, data, checksum) around
 * `tensorflow.Event` messages, of which `step` and the summary values with a plain or a one-element number are read.
 * Field numbers are those of tensorflow/core/util/event.proto, framework/summary.proto and framework/tensor.proto.
 * Holds one unfinished record.
 */
export class TensorBoardStream {
  #rest = new Uint8Array(0);
  #skip = 0;
  #broken = false;

  /** A record whose length cannot be: what follows it in the file is not read. */
  get broken(): boolean {
    return this.#broken;
  }

  push(chunk: Uint8Array): MetricPoint[] {
    const points: MetricPoint[] = [];
    let bytes = chunk;
    if (this.#rest.length > 0) {
      bytes = new Uint8Array(this.#rest.length + chunk.length);
      bytes.set(this.#rest);
      bytes.set(chunk, this.#rest.length);
    }
    let at = Math.min(this.#skip, bytes.length);
    this.#skip -= at;
    while (!this.#broken && this.#skip === 0 && bytes.length - at >= headerBytes) {
      const view = new DataView(bytes.buffer, bytes.byteOffset + at);
      const length = view.getUint32(0, true);
      if (view.getUint32(4, true) !== 0) {
        this.#broken = true;
        break;
      }
      const whole = headerBytes + length + footerBytes;
      if (length > recordAtMost) {
        const here = Math.min(whole, bytes.length - at);
        this.#skip = whole - here;
        at += here;
        continue;
      }
      if (bytes.length - at < whole) break;
      readEvent(bytes.subarray(at + headerBytes, at + headerBytes + length), points);
      at += whole;
    }
    this.#rest = this.#broken ? new Uint8Array(0) : bytes.slice(at);
    return points;
  }
}

function readEvent(bytes: Uint8Array, into: MetricPoint[]): void {
  let step = 0;
  const summaries: Uint8Array[] = [];
  for (const field of fieldsOf(bytes)) {
    if (field.number === 2 && field.varint !== null) step = field.varint;
    if (field.number === 5 && field.bytes !== null) summaries.push(field.bytes);
  }
  for (const summary of summaries)
    for (const { number, bytes: value } of fieldsOf(summary)) {
      const scalar = number === 1 && value !== null ? readValue(value) : null;
      if (scalar !== null) into.push({ series: scalar.tag, step, value: scalar.value });
    }
}

function readValue(bytes: Uint8Array): { tag: string; value: number } | null {
  let tag: string | null = null;
  let value: number | null = null;
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1 && field.bytes !== null) tag = new TextDecoder().decode(field.bytes);
    if (field.number === 2 && field.fixed !== null && field.fixed.byteLength === 4)
      value = field.fixed.getFloat32(0, true);
    if (field.number === 8 && field.bytes !== null) value = readTensor(field.bytes);
  }
  return tag === null || value === null ? null : { tag, value };
}

/** The number of a tensor that holds exactly one float or double. */
function readTensor(bytes: Uint8Array): number | null {
  const singlePrecision = 1;
  const doublePrecision = 2;
  let type = 0;
  let content: Uint8Array | null = null;
  let fixed: DataView | null = null;
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1 && field.varint !== null) type = field.varint;
    if ((field.number === 4 || field.number === 5 || field.number === 6) && field.bytes !== null)
      content = field.bytes;
    if ((field.number === 5 || field.number === 6) && field.fixed !== null) fixed = field.fixed;
  }
  const view = fixed ?? (content && new DataView(content.buffer, content.byteOffset, content.byteLength));
  if (type === singlePrecision && view?.byteLength === 4) return view.getFloat32(0, true);
  if (type === doublePrecision && view?.byteLength === 8) return view.getFloat64(0, true);
  return null;
}

interface Field {
  readonly number: number;
  readonly varint: number | null;
  readonly fixed: DataView | null;
  readonly bytes: Uint8Array | null;
}

/** The fields of a protocol buffer message, up to the first byte that cannot be one. */
function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; at < bytes.length; factor *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    return Number.NaN;
  };
  while (at < bytes.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    const nothing = { number, varint: null, fixed: null, bytes: null };
    switch (key % 8) {
      case 0:
        yield { ...nothing, varint: varint() };
        break;
      case 1:
      case 5: {
        const size = key % 8 === 1 ? 8 : 4;
        if (at + size > bytes.length) return;
        yield { ...nothing, fixed: new DataView(bytes.buffer, bytes.byteOffset + at, size) };
        at += size;
        break;
      }
      case 2: {
        const length = varint();
        if (!(at + length <= bytes.length)) return;
        yield { ...nothing, bytes: bytes.subarray(at, at + length) };
        at += length;
        break;
      }
      default:
        return;
    }
  }
}
