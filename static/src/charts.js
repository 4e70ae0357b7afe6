// Draws each <div data-chart="id of its json_script">. The numbers stand in words and in a table beside it as well, so a page
// without this script loses nothing but the picture. Only lines and bars: the rest of ECharts stays out of the bundle.
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

const BRAND = "#17395f";
const ACTION = "#1a5a9e";
const MUTED = "#55606d";
const LINE = "#d3dae3";

function series(data, { name, values, dashed }, index) {
  const colour = index ? MUTED : ACTION;
  if (data.kind === "bar") {
    // The own bar differs by its outline and its label too, not by colour alone.
    const items = values.map((value, at) => ({
      value,
      itemStyle: { color: at === data.own ? BRAND : LINE, borderColor: BRAND, borderWidth: at === data.own ? 2 : 1 },
    }));
    return { name, type: "bar", data: items, barMaxWidth: 48, label: { show: true, position: "top", color: MUTED } };
  }
  return {
    name,
    type: "line",
    data: values,
    symbolSize: 8,
    symbol: dashed ? "emptyCircle" : "circle",
    lineStyle: { type: dashed ? "dashed" : "solid", color: colour },
    itemStyle: { color: colour },
    label: { show: !dashed, position: "top", color: MUTED, formatter: ({ value }) => value.toFixed(2) },
  };
}

function draw(place) {
  const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  const chart = init(place, null, { renderer: "svg" });
  chart.setOption({
    animation: false,
    // Rich text: the other mode writes styles into the page, which the policy forbids.
    tooltip: { trigger: "axis", renderMode: "richText", confine: true },
    legend: data.series.length > 1 ? { top: 0, textStyle: { color: MUTED } } : undefined,
    grid: { left: 8, right: 16, top: data.series.length > 1 ? 40 : 24, bottom: 4, containLabel: true },
    xAxis: { type: "category", data: data.labels, axisLine: { lineStyle: { color: LINE } }, axisLabel: { color: MUTED } },
    yAxis: {
      type: "value",
      scale: data.kind === "line",
      minInterval: data.kind === "bar" ? 1 : 0,
      axisLabel: { color: MUTED },
      splitLine: { lineStyle: { color: LINE } },
    },
    series: data.series.map((one, index) => series(data, one, index)),
  });
  addEventListener("resize", () => chart.resize());
  // Paper has another width than the window.
  addEventListener("beforeprint", () => chart.resize({ width: 640 }));
  addEventListener("afterprint", () => chart.resize({ width: "auto" }));
}

document.querySelectorAll("[data-chart]").forEach(draw);
