// Price charts. Everything they show stands in a table on the same page, for those who cannot see or draw it.
"use strict";

(() => {
  const zone = "Asia/Shanghai";
  const day = new Intl.DateTimeFormat("zh-CN", { timeZone: zone, month: "2-digit", day: "2-digit" });
  const exact = new Intl.DateTimeFormat("zh-CN", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  const yuan = (value) => (value == null ? "—" : `¥${value}`);
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

  function shade(plot, band) {
    if (!band) return;
    const [start, end] = band.map((at) => plot.valToPos(at, "x", true));
    const left = Math.max(start, plot.bbox.left);
    // A promotion seen once is a moment; it still has to be seen.
    const width = Math.max(Math.min(end, plot.bbox.left + plot.bbox.width) - left, 4);
    plot.ctx.save();
    plot.ctx.fillStyle = colour("band");
    plot.ctx.fillRect(left, plot.bbox.top, width, plot.bbox.height);
    plot.ctx.restore();
  }

  function rule(plot, reference) {
    if (reference == null) return;
    const y = plot.valToPos(reference, "y", true);
    plot.ctx.save();
    plot.ctx.strokeStyle = colour("good");
    plot.ctx.lineWidth = 1.5 * devicePixelRatio;
    plot.ctx.setLineDash([8 * devicePixelRatio, 5 * devicePixelRatio]);
    plot.ctx.beginPath();
    plot.ctx.moveTo(plot.bbox.left, y);
    plot.ctx.lineTo(plot.bbox.left + plot.bbox.width, y);
    plot.ctx.stroke();
    plot.ctx.restore();
  }

  function options(data, width, tell) {
    const axis = () => ({ stroke: colour("quiet"), grid: { stroke: colour("line"), width: 1 }, ticks: { stroke: colour("line"), width: 1 } });
    const stepped = uPlot.paths.stepped({ align: 1 });
    return {
      width,
      height: 240,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 9 } },
      scales: { y: { range: (plot, low, high) => [Math.max(0, Math.min(low, data.reference ?? low) - (high - low || high) * 0.15), high + (high - low || high) * 0.15] } },
      axes: [
        { ...axis(), values: (plot, splits) => splits.map((at) => day.format(at * 1000)) },
        { ...axis(), size: 62, values: (plot, splits) => splits.map(yuan) },
      ],
      series: [
        {},
        { stroke: colour("accent"), width: 2, paths: stepped, points: { show: true, size: 6, fill: colour("accent") } },
        { stroke: colour("high"), width: 1.5, dash: [3, 4], paths: stepped, points: { show: true, size: 5, fill: colour("card"), stroke: colour("high") } },
      ],
      hooks: {
        drawClear: [(plot) => shade(plot, data.band)],
        draw: [(plot) => rule(plot, data.reference)],
        setCursor: [(plot) => tell(plot.cursor.idx)],
      },
    };
  }

  function draw(place) {
    const data = JSON.parse(place.dataset.chart);
    const readout = place.parentElement.querySelector(".readout");
    const tell = (index) => {
      if (!readout) return;
      readout.textContent = index == null
        ? readout.dataset.empty
        : `${exact.format(data.t[index] * 1000)}  ${yuan(data.price[index])}${data.list[index] == null ? "" : ` / ${yuan(data.list[index])}`}`;
    };
    let plot = null;
    const make = () => {
      plot?.destroy();
      plot = new uPlot(options(data, place.clientWidth, tell), [data.t, data.price, data.list], place);
    };
    make();
    new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: 240 })).observe(place);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", make);
  }

  document.querySelectorAll("[data-chart]").forEach(draw);
})();
