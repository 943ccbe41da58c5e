import type { LineStyle } from './lineStyle';
import type { PlotLook } from './plotLook';

interface PictureParts {
  readonly plot: HTMLCanvasElement;
  readonly title: string;
  readonly lines: readonly { readonly label: string; readonly style: LineStyle }[];
  readonly look: PlotLook;
}

const margin = 12;
const lineHeight = 18;

/** The plot with its title and a legend, on the theme's own ground, as the bytes of a PNG. */
export async function curvesPicture({ plot, title, lines, look }: PictureParts): Promise<Uint8Array> {
  const scale = devicePixelRatio;
  const width = plot.width / scale;
  const perRow = Math.max(1, Math.floor(width / 220));
  const rows = Math.ceil(lines.length / perRow);
  const canvas = document.createElement('canvas');
  canvas.width = plot.width + 2 * margin * scale;
  canvas.height = plot.height + (3 * margin + lineHeight * (rows + 1)) * scale;
  const ctx = canvas.getContext('2d');
  if (ctx === null) throw new Error('This window has no canvas to draw on');
  ctx.scale(scale, scale);
  ctx.fillStyle = look.background;
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.textBaseline = 'middle';
  ctx.font = look.font;
  ctx.fillStyle = look.text;
  ctx.fillText(title, margin, margin + lineHeight / 2, width);
  ctx.drawImage(plot, margin, margin + lineHeight, width, plot.height / scale);
  const top = 2 * margin + lineHeight + plot.height / scale;
  lines.forEach(({ label, style }, at) => {
    const x = margin + (at % perRow) * (width / perRow);
    const y = top + (Math.floor(at / perRow) + 0.5) * lineHeight;
    ctx.strokeStyle = style.color;
    ctx.lineWidth = 2;
    ctx.setLineDash([...style.dash]);
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.lineTo(x + 28, y);
    ctx.stroke();
    ctx.fillText(label, x + 36, y, width / perRow - 44);
  });
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
  if (blob === null) throw new Error('The picture could not be made');
  return new Uint8Array(await blob.arrayBuffer());
}
