// <anlan-map src>: one map for every page. The server lists the layers; roles decide how each looks at night.
import "maplibre-gl/dist/maplibre-gl.css";
import type { FeatureCollection } from "geojson";
import * as maplibregl from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { COLOURS, paint } from "./roles";

maplibregl.setWorkerUrl(workerUrl);

type Layer = { id: string; title: string; role: string; url: string; live?: string; hidden?: boolean };
type Config = { bounds: [number, number, number, number]; layers: Layer[]; words: Record<string, string>; attribution: string };

class AnlanMap extends HTMLElement {
  private map?: maplibregl.Map;
  private config?: Config;
  private labels: maplibregl.Marker[] = [];

  async connectedCallback(): Promise<void> {
    const answer = await fetch(this.getAttribute("src") ?? "", { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    this.config = (await answer.json()) as Config;
    try {
      this.start(this.config);
    } catch {
      this.insertAdjacentHTML("beforeend", `<div class="fallback">${this.config.words.no_webgl}</div>`);
    }
  }

  private start(config: Config): void {
    this.map = new maplibregl.Map({
      container: this,
      style: { version: 8, sources: {}, layers: [{ id: "night", type: "background", paint: { "background-color": "#071820" } }] },
      bounds: config.bounds,
      fitBoundsOptions: { padding: 28 },
      attributionControl: { compact: true, customAttribution: config.attribution },
      dragRotate: false,
      canvasContextAttributes: { preserveDrawingBuffer: true },
    });
    this.map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new maplibregl.ScaleControl({ unit: "metric" }), "bottom-right");
    this.map.on("load", () => {
      config.layers.forEach((layer) => void this.add(layer));
      this.legend(config);
    });
  }

  private async add(layer: Layer): Promise<void> {
    const map = this.map!;
    map.addSource(layer.id, { type: "geojson", data: { type: "FeatureCollection", features: [] } });
    for (const style of paint(layer.role, layer.id)) map.addLayer({ ...style, layout: { visibility: layer.hidden ? "none" : "visible", ...style.layout } } as maplibregl.LayerSpecification);
    await this.refresh(layer);
    if (layer.live) {
      this.dataset.live = `${this.dataset.live ?? ""} ${layer.live}`.trim();
      this.addEventListener("anlan:live", (event) => {
        const record = (event as CustomEvent<{ record: string }>).detail.record;
        if (layer.live!.split(" ").includes(record) || record === "*") void this.refresh(layer);
      });
    }
    for (const target of ["point", "fill"]) {
      const id = `${layer.id}-${target}`;
      if (!map.getLayer(id) || !["station", "warning"].includes(layer.role)) continue;
      map.on("click", id, (event) => this.select(event));
      map.on("mouseenter", id, () => (map.getCanvas().style.cursor = "pointer"));
      map.on("mouseleave", id, () => (map.getCanvas().style.cursor = ""));
    }
  }

  private async refresh(layer: Layer): Promise<void> {
    const answer = await fetch(layer.url, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const data = (await answer.json()) as FeatureCollection;
    (this.map!.getSource(layer.id) as maplibregl.GeoJSONSource).setData(data);
    if (layer.role === "county") this.name(data, "map-label", (p) => [p.label_lon, p.label_lat]);
  }

  private name(data: FeatureCollection, style: string, at: (p: Record<string, number>) => [number, number]): void {
    this.labels.forEach((label) => label.remove());
    this.labels = data.features.filter((f) => f.properties?.label).map((feature) => {
      const element = document.createElement("div");
      element.className = style;
      element.textContent = feature.properties!.label as string;
      return new maplibregl.Marker({ element, anchor: "center" }).setLngLat(at(feature.properties as Record<string, number>)).addTo(this.map!);
    });
  }

  private select(event: maplibregl.MapLayerMouseEvent): void {
    const facts = event.features?.[0]?.properties as Record<string, string> | undefined;
    if (!facts?.url) return;
    const popup = document.createElement("div");
    const title = document.createElement("a");
    title.href = facts.url;
    title.textContent = facts.title;
    title.className = "fw-bold d-block mb-1";
    popup.append(title);
    if (facts.text) popup.insertAdjacentElement("beforeend", Object.assign(document.createElement("div"), { textContent: facts.text }));
    if (facts.spark) {
      const chart = document.createElement("anlan-chart");
      chart.setAttribute("kind", "spark");
      chart.setAttribute("src", facts.spark);
      popup.append(chart);
    }
    new maplibregl.Popup({ maxWidth: "320px" }).setLngLat(event.lngLat).setDOMContent(popup).addTo(this.map!);
    this.dispatchEvent(new CustomEvent("anlan:select", { bubbles: true, detail: facts }));
  }

  private legend(config: Config): void {
    const box = document.createElement("div");
    box.className = "map-legend";
    for (const [level, colour] of Object.entries(COLOURS)) {
      const row = document.createElement("div");
      const dot = Object.assign(document.createElement("span"), { className: "swatch" });
      dot.style.background = colour;
      row.append(dot, ` ${config.words[level] ?? level}`);
      box.append(row);
    }
    box.append(document.createElement("hr"));
    for (const layer of config.layers.filter((l) => l.title)) {
      const row = document.createElement("label");
      const tick = Object.assign(document.createElement("input"), { type: "checkbox", checked: !layer.hidden });
      tick.addEventListener("change", () => {
        for (const style of paint(layer.role, layer.id)) this.map!.setLayoutProperty(style.id, "visibility", tick.checked ? "visible" : "none");
      });
      row.append(tick, layer.title);
      box.append(row);
    }
    this.append(box);
  }
}

customElements.define("anlan-map", AnlanMap);
