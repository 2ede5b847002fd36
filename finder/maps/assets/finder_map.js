/* Draws Finder's own base map and layers with Leaflet. Geometry comes from base.js (window.FINDER_BASE).

   Text that comes from data is only ever written with textContent, never as HTML. */
(function () {
  "use strict";
  const finder = (window.finder = {});

  /* Colours live here, not in the style sheet, which may arrive after the map is drawn. */
  const THEMES = {
    light: { land: "#fbfaf5", outside: "#e8e5dc", main: "#e6e0d0", street: "#e4e2da", lane: "#e3e3e0", hairline: "#cfcbbf", province: "#979388",
      motorway: "#e0b183", trunk: "#eacba3", primary: "#e9dfc6", ink: "#3b4443", "ink-soft": "#6f726b", halo: "#fbfaf5",
      panel: "#ffffff", "panel-ink": "#23302f", route: "#0b5fa5", "route-halo": "#ffffff", origin: "#c2255c", hatch: "#c9c5ba", quiet: "#f1eee4" },
    dark: { land: "#263033", outside: "#171d1f", main: "#414a4b", street: "#394345", lane: "#343d40", hairline: "#3f4b4f", province: "#6d797e",
      motorway: "#7a6448", trunk: "#615542", primary: "#454b46", ink: "#e2dfd7", "ink-soft": "#a3aba9", halo: "#1b2224",
      panel: "#20292c", "panel-ink": "#e9e6df", route: "#7cc4ff", "route-halo": "#10181a", origin: "#ff6f9f", hatch: "#566165", quiet: "#313c3f" },
  };
  let colours = THEMES.light;
  const css = (name) => colours[name];

  function textHtml(text) {
    const span = document.createElement("span");
    span.textContent = text;
    return span.innerHTML;
  }

  /* ---- base ------------------------------------------------------------------------------------------- */

  const PANES = { land: 200, streets: 230, roads: 250, fills: 300, cells: 330, borders: 350, areas: 360, small: 580, labels: 590, routes: 420 };

  finder.base = function (map, options) {
    colours = THEMES[options.theme] || THEMES.light;
    fills = null;
    patterns.clear();
    for (const [name, value] of Object.entries(colours)) document.documentElement.style.setProperty("--" + name, value);
    document.documentElement.lang = options.language;
    map.getContainer().setAttribute("aria-label", options.title);
    map.getContainer().style.height = "100vh";
    map.invalidateSize({ animate: false, pan: false });
    map.attributionControl.setPrefix(false);
    map.attributionControl.addAttribution(options.attribution);
    if (map.zoomControl) map.zoomControl.setPosition("topright");
    L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
    for (const [name, z] of Object.entries(PANES)) {
      const pane = map.createPane("finder-" + name);
      pane.style.zIndex = z;
      if (!["fills", "areas", "routes", "small"].includes(name)) pane.style.pointerEvents = "none";
    }
    const data = window.FINDER_BASE;
    const still = { interactive: false, bubblingMouseEvents: true };
    if (!options.tiles) {
      const land = L.canvas({ pane: "finder-land", padding: 0.3 });
      L.geoJSON(data.communes, { ...still, pane: "finder-land", renderer: land, style: {
        fill: true, fillColor: css("land"), fillOpacity: 1, stroke: true, color: css("hairline"), weight: 0.8 } }).addTo(map);
      roads(map, data.roads || []);
      streets(map, options.streets);
    }
    const lines = L.canvas({ pane: "finder-borders", padding: 0.3 });
    const line = (geometry, color, weight, opacity) => L.geoJSON(geometry, { ...still, pane: "finder-borders",
      renderer: lines, style: { fill: false, color: color, weight: weight, opacity: opacity, lineJoin: "round" } }).addTo(map);
    line(data.province_lines, css("province"), 1.5, 0.95);
    labels(map, data, options);
    finder.map = map;
  };

  function roads(map, classes) {
    const renderer = L.canvas({ pane: "finder-roads", padding: 0.3 });
    const drawn = classes.map((road) => ({ road: road, layer: L.geoJSON(road.geometry, { interactive: false,
      pane: "finder-roads", renderer: renderer, style: { fill: false, color: css(road.road_class), weight: 1, lineCap: "round" } }) }));
    function refresh() {
      const zoom = map.getZoom();
      for (const { road, layer } of drawn) {
        const shown = zoom >= road.from_zoom;
        if (shown !== map.hasLayer(layer)) { if (shown) layer.addTo(map); else map.removeLayer(layer); }
        const scale = road.road_class === "motorway" ? 1.3 : road.road_class === "trunk" ? 1.1 : 0.8;
        // Close by, the streets come with the true lines: the simplified ones stay as a hint where they have not.
        if (shown) layer.setStyle({ opacity: zoom >= STREETS.trunk.from ? 0.25 : 1, weight: scale * Math.max(1, 1 + (zoom - 8) * 0.45) });
      }
    }
    map.on("zoomend", refresh);
    refresh();
  }

  /* Streets come cell by cell, only where and when somebody looks closely enough. */
  const STREETS = { trunk: { from: 12, width: 1.3 }, primary: { from: 12, width: 1.15 }, main: { from: 12, width: 1.0 }, street: { from: 13, width: 0.75 }, lane: { from: 15, width: 0.4 } };
  const WAIT_MS = 3000;
  const TRIES = 5;

  function streets(map, tiles) {
    const renderer = L.canvas({ pane: "finder-streets", padding: 0.2 });
    const cells = new Map();
    const tries = new Map();
    const weight = (kind, zoom) => STREETS[kind].width * Math.max(1, (zoom - 11) * 0.95);

    function line(flat) {
      const points = [];
      for (let i = 0, lat = 0, lon = 0; i < flat.length; i += 2) {
        lat += flat[i];
        lon += flat[i + 1];
        points.push([lat / tiles.scale, lon / tiles.scale]);
      }
      return points;
    }
    async function load(key) {
      cells.set(key, null);
      try {
        const answer = await fetch(tiles.address + "/" + tiles.folder + "/" + key + ".json");
        if (!answer.ok) throw new Error(answer.status);
        const kinds = await answer.json();
        cells.set(key, tiles.kinds.map((kind, i) => L.polyline(kinds[i].map(line), { interactive: false, renderer: renderer,
          pane: "finder-streets", color: css(kind), weight: weight(kind, map.getZoom()), lineCap: "round" })));
        refresh();
      } catch {
        /* A server just started may still be writing the cell; one without streets never comes. */
        const n = (tries.get(key) || 0) + 1;
        tries.set(key, n);
        if (n < TRIES) setTimeout(() => { cells.delete(key); refresh(); }, n * WAIT_MS);
      }
    }
    function refresh() {
      const zoom = map.getZoom();
      const box = map.getBounds();
      const seen = new Set();
      if (zoom >= STREETS.main.from)
        for (let i = Math.floor(box.getWest() / tiles.lon); i <= Math.floor(box.getEast() / tiles.lon); i++)
          for (let j = Math.floor(box.getSouth() / tiles.lat); j <= Math.floor(box.getNorth() / tiles.lat); j++) seen.add(i + "_" + j);
      for (const key of seen) if (!cells.has(key)) load(key);
      for (const [key, layers] of cells)
        // The widest kinds come first in a cell and are drawn last, on top.
        [...(layers || []).entries()].reverse().forEach(([i, layer]) => {
          const kind = tiles.kinds[i];
          const shown = seen.has(key) && zoom >= STREETS[kind].from;
          if (shown !== map.hasLayer(layer)) { if (shown) layer.addTo(map); else map.removeLayer(layer); }
          if (shown) layer.setStyle({ weight: weight(kind, zoom) });
        });
    }
    map.on("moveend zoomend resize", refresh);
    refresh();
  }

  function labels(map, data, options) {
    const group = L.layerGroup().addTo(map);
    function refresh() {
      group.clearLayers();
      const zoom = map.getZoom();
      const bounds = map.getBounds().pad(0.02);
      const taken = [];
      const place = (lat, lon, text, kind) => {
        if (!bounds.contains([lat, lon])) return;
        const p = map.latLngToContainerPoint([lat, lon]);
        const half = text.length * (kind === 1 ? 4.1 : 3.5) + 5;
        const box = [p.x - half, p.y - 10, p.x + half, p.y + 10];
        if (taken.some((b) => b[0] < box[2] && box[0] < b[2] && b[1] < box[3] && box[1] < b[3])) return;
        taken.push(box);
        group.addLayer(L.marker([lat, lon], { interactive: false, keyboard: false, pane: "finder-labels",
          icon: L.divIcon({ className: "finder-label finder-label-" + kind, iconSize: [0, 0], html: "<span>" + textHtml(text) + "</span>" }) }));
      };
      for (const p of data.places) {
        if (zoom < p.from_zoom) continue;
        place(p.lat, p.lon, p.names[options.language] || p.names.fr, p.rank);
      }
      if (zoom <= 10) for (const a of data.away) place(a.lat, a.lon, a.names[options.language] || a.names.fr, "away");
    }
    map.on("moveend zoomend resize", refresh);
    refresh();
  }

  /* ---- communes coloured by class --------------------------------------------------------------------- */

  /* One renderer for all figures: it stays on the map when a layer goes, with the patterns already made. */
  let fills = null;

  finder.choropleth = function (options) {
    const uncertain = new Set(options.uncertain);
    return communes(options, (nis) => {
      const k = options.classes[nis];
      if (k === undefined || k === null) return { fillColor: hatched(), fillOpacity: 0.9 };
      const shown = toned(options.colours[k]);
      return { fillColor: uncertain.has(nis) ? dotted(shown) : shown, fillOpacity: 0.86 };
    });
  };

  finder.communes = (options) => communes(options, () => ({ fillColor: css("land"), fillOpacity: 0 }));

  function communes(options, fill) {
    fills = fills || L.svg({ pane: "finder-fills", padding: 0.3 });
    const group = L.featureGroup();
    const layer = L.geoJSON(window.FINDER_BASE.communes, {
      pane: "finder-fills", renderer: fills,
      style: (feature) => {
        const chosen = feature.properties.nis === options.chosen;
        const look = fill(feature.properties.nis);
        const line = look.fillColor === css("quiet") ? css("hairline") : css("land");
        return { ...look, color: chosen ? css("origin") : line, weight: chosen ? 3.5 : 0.6, opacity: chosen ? 1 : 0.55 };
      },
      onEachFeature: (feature, path) => {
        const text = options.tooltips[feature.properties.nis];
        if (text) path.bindTooltip(linesHtml(text), { sticky: true, direction: "top", opacity: 1 });
        path.on("mouseover", () => { path.setStyle({ weight: 2.5, opacity: 1 }); path.bringToFront(); });
        path.on("mouseout", () => { layer.resetStyle(path); front(); });
      },
    });
    const front = () => layer.eachLayer((p) => { if (p.feature.properties.nis === options.chosen) p.bringToFront(); });
    group.addLayer(layer);
    group.on("add", () => setTimeout(() => { drawPatterns(); front(); }, 0));
    return group;
  }

  const linesHtml = (text) => text.split("\n").map(textHtml).join("<br>");

  /* The colour that stands for "nothing here" steps back into the ground; all others are the same in both themes. */
  const QUIET = "#e6e2d8";
  const toned = (hex) => (hex === QUIET ? css("quiet") : hex);

  /* Hatching is "no data"; dots over the colour of a class are "uncertain". Each is one SVG pattern, made once. */
  const patterns = new Map();

  function hatched() {
    patterns.set("finder-hatch", { size: 7, turn: 45, marks: [["rect", { width: 7, height: 7, fill: css("land") }],
      ["line", { x1: 0, y1: 0, x2: 0, y2: 7, stroke: css("hatch"), "stroke-width": 3 }]] });
    return "url(#finder-hatch)";
  }

  function dotted(hex) {
    const id = "finder-dots-" + hex.slice(1);
    const ink = luminance(hex) > 0.2 ? "#16201f" : "#ffffff";
    const dot = (x, y) => ["circle", { cx: x, cy: y, r: 1.05, fill: ink, "fill-opacity": 0.8 }];
    patterns.set(id, { size: 7, turn: 0, marks: [["rect", { width: 7, height: 7, fill: hex }], dot(1.75, 1.75), dot(5.25, 5.25)] });
    return "url(#" + id + ")";
  }

  function luminance(hex) {
    const part = (i) => Math.pow(parseInt(hex.slice(i, i + 2), 16) / 255, 2.2);
    return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
  }

  function drawPatterns() {
    const svg = fills._container;
    if (!svg) return;
    const make = (parent, tag, attributes) => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
      for (const [k, v] of Object.entries(attributes)) element.setAttribute(k, v);
      return parent.appendChild(element);
    };
    let defs = svg.querySelector("defs");
    if (!defs) defs = svg.insertBefore(make(svg, "defs", {}), svg.firstChild);
    for (const [id, { size, turn, marks }] of patterns) {
      if (defs.querySelector("#" + id)) continue;
      const pattern = make(defs, "pattern", { id: id, width: size, height: size, patternUnits: "userSpaceOnUse",
        patternTransform: "rotate(" + turn + ")" });
      for (const [tag, attributes] of marks) make(pattern, tag, attributes);
    }
  }

  /* ---- demand points as squares -------------------------------------------------------------------------- */

  const CELL = { metres: 950, sizes: [0.5, 0.75, 1], least: 1.6, most: 24 };
  const EARTH_M = 40075016.7;
  const mercator = (lat) => (1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2;

  finder.cells = function (options) {
    const n = options.classes.length;
    const x = new Float64Array(n);
    const y = new Float64Array(n);
    for (let i = 0, lat = 0, lon = 0; i < n; i++) {
      lat += options.lat[i];
      lon += options.lon[i];
      x[i] = (lon / options.steps + 180) / 360;
      y[i] = mercator(lat / options.steps);
    }
    const fill = options.colours.map(toned);
    const kind = (i) => (options.classes[i] === "-" ? -1 : Number(options.classes[i]));
    const width = (i, world) => {
      /* Mercator stretches by one over the cosine of the latitude, which is the hyperbolic cosine of its height. */
      const metres = (world / EARTH_M) * Math.cosh((1 - 2 * y[i]) * Math.PI);
      return Math.min(CELL.most, Math.max(CELL.least, CELL.metres * metres)) * CELL.sizes[options.sizes[i]];
    };
    const layer = new Cells({ pane: "finder-cells", keepBuffer: 1 });
    layer.paint = (context, coords, side) => {
      const world = side * Math.pow(2, coords.z);
      for (let i = 0; i < n; i++) {
        const px = x[i] * world - coords.x * side;
        const py = y[i] * world - coords.y * side;
        if (px < -CELL.most || py < -CELL.most || px > side + CELL.most || py > side + CELL.most) continue;
        const w = width(i, world);
        const k = kind(i);
        context.fillStyle = k < 0 ? css("hatch") : fill[k];
        context.fillRect(px - w / 2, py - w / 2, w, w);
      }
    };
    layer.textAt = (map, latlng) => {
      const world = map.options.crs.scale(map.getZoom());
      const at = map.project(latlng);
      let best = -1;
      let least = Infinity;
      for (let i = 0; i < n; i++) {
        const away = Math.max(Math.abs(x[i] * world - at.x), Math.abs(y[i] * world - at.y));
        if (away < least && away <= Math.max(3, width(i, world) / 2)) { best = i; least = away; }
      }
      if (best < 0) return "";
      return kind(best) < 0 ? options.empty_text : options.texts[kind(best)] || "";
    };
    return layer;
  };

  const Cells = L.GridLayer.extend({
    createTile: function (coords) {
      const side = this.getTileSize().x;
      const tile = document.createElement("canvas");
      const ratio = window.devicePixelRatio > 1 ? 2 : 1.5; // zoom levels between two whole ones are stretched
      tile.width = tile.height = side * ratio;
      const context = tile.getContext("2d");
      context.scale(ratio, ratio);
      this.paint(context, coords, side);
      return tile;
    },
    onAdd: function (map) {
      L.GridLayer.prototype.onAdd.call(this, map);
      this.tip = L.tooltip({ direction: "top", opacity: 1, offset: [0, -6] });
      map.on("mousemove click", this.point, this);
      map.on("mouseout zoomstart", this.hide, this);
    },
    onRemove: function (map) {
      map.off("mousemove click", this.point, this);
      map.off("mouseout zoomstart", this.hide, this);
      this.tip.remove();
      L.GridLayer.prototype.onRemove.call(this, map);
    },
    point: function (event) {
      const text = this.textAt(this._map, event.latlng);
      if (!text) return this.hide();
      this.tip.setLatLng(event.latlng).setContent(textHtml(text));
      if (!this._map.hasLayer(this.tip)) this.tip.addTo(this._map);
    },
    hide: function () { this.tip.remove(); },
  });

  /* ---- areas with a rank --------------------------------------------------------------------------------- */

  finder.areas = function (options) {
    const still = { pane: "finder-areas", lineJoin: "round" };
    const group = L.featureGroup();
    const badges = [];
    for (const area of options.areas) {
      const tip = (layer, more) => (area.text ? layer.bindTooltip(linesHtml(area.text), { direction: "top", opacity: 1, ...more }) : layer);
      group.addLayer(L.polygon(area.shape, { ...still, interactive: false, fill: false, color: css("land"), weight: 5, opacity: 0.85 }));
      const line = L.polygon(area.shape, { ...still, color: css("ink"), weight: 2, fillColor: css("ink"), fillOpacity: 0.08,
        dashArray: area.is_uncertain ? "5 5" : null });
      line.on("mouseover", () => line.setStyle({ weight: 3, fillOpacity: 0.2 }));
      line.on("mouseout", () => line.setStyle({ weight: 2, fillOpacity: 0.08 }));
      group.addLayer(tip(line, { sticky: true }));
      if (area.rank === null) continue;
      const icon = L.divIcon({ className: "finder-rank", iconSize: [24, 24], html: textHtml(String(area.rank)) });
      badges.push(tip(L.marker([area.lat, area.lon], { icon: icon, alt: area.text, keyboard: true, zIndexOffset: -area.rank }), { offset: [0, -12] }));
    }
    const shown = L.layerGroup();
    group.addLayer(shown);
    let map = null;
    function refresh() {
      const taken = [];
      for (const badge of badges) {
        const p = map.latLngToLayerPoint(badge.getLatLng());
        const free = taken.every((q) => Math.abs(q.x - p.x) > 25 || Math.abs(q.y - p.y) > 25);
        if (free) taken.push(p);
        if (free !== shown.hasLayer(badge)) { if (free) shown.addLayer(badge); else shown.removeLayer(badge); }
      }
    }
    group.on("add", () => { map = group._map; map.on("zoomend", refresh); refresh(); });
    group.on("remove", () => map.off("zoomend", refresh));
    return group;
  };

  /* ---- points ----------------------------------------------------------------------------------------- */

  const SHAPES = {
    circle: '<circle cx="16" cy="16" r="12"/>',
    square: '<rect x="4.5" y="4.5" width="23" height="23" rx="4"/>',
    diamond: '<path d="M16 2 30 16 16 30 2 16z"/>',
    triangle: '<path d="M16 3 30 28 2 28z"/>',
    hexagon: '<path d="M9 4h14l7 12-7 12H9L2 16z"/>',
    pentagon: '<path d="M16 2.5 30 13 24.5 29h-17L2 13z"/>',
    cross: '<path d="M8 2.5h16V8h5.5v16H24v5.5H8V24H2.5V8H8z"/>',
  };
  const colour = (text) => (/^#[0-9a-f]{6}$/i.test(text) ? text : "#555555");

  function pinIcon(pin) {
    const size = pin.is_chosen ? 44 : pin.is_small ? 17 : 30;
    const y = pin.shape === "triangle" ? 25 : 20.5;
    const dash = pin.is_uncertain ? ' stroke-dasharray="3.2 2.4"' : "";
    const html = `<svg width="${size}" height="${size}" viewBox="0 0 32 32" aria-hidden="true">
      <g fill="${colour(pin.colour)}" stroke="#ffffff" stroke-width="${pin.is_chosen ? 2.4 : 1.8}"${dash}>${SHAPES[pin.shape] || SHAPES.circle}</g>
      <text x="16" y="${y}" text-anchor="middle" fill="#ffffff">${textHtml(String(pin.letter).slice(0, 2))}</text></svg>`;
    return L.divIcon({ className: "finder-pin", html: html, iconSize: [size, size], iconAnchor: [size / 2, size / 2],
      popupAnchor: [0, -size / 2] });
  }

  function popupContent(pin) {
    const box = document.createElement("div");
    const add = (tag, text, className) => {
      if (!text) return;
      const element = document.createElement(tag);
      element.textContent = text;
      if (className) element.className = className;
      box.appendChild(element);
    };
    add("h3", pin.title);
    pin.lines.forEach((text) => add("p", text));
    pin.notes.forEach((text) => add("p", text, "finder-soft"));
    return box;
  }

  finder.markers = function (options) {
    const group = options.is_clustered
      ? L.markerClusterGroup({ showCoverageOnHover: false, maxClusterRadius: 34, disableClusteringAtZoom: 12,
          iconCreateFunction: (c) => L.divIcon({ className: "finder-cluster", iconSize: [34, 34], html: String(c.getChildCount()) }) })
      : L.featureGroup();
    for (const pin of options.pins) {
      const marker = L.marker([pin.lat, pin.lon], { icon: pinIcon(pin), title: pin.title, alt: pin.title,
        zIndexOffset: pin.is_chosen ? 900 : pin.z || 0, keyboard: true,
        pane: pin.is_small ? "finder-small" : "markerPane" });
      marker.bindPopup(popupContent(pin), { maxWidth: 260 });
      group.addLayer(marker);
    }
    return group;
  };

  finder.origin = function (options) {
    const letter = /^[A-Z]$/.test(options.letter) ? options.letter : "";
    const html = '<svg width="34" height="46" viewBox="0 0 34 46" aria-hidden="true"><path d="M17 45C8 31 2 25 2 16a15 15 0 0 1 30 0c0 9-6 15-15 29z" fill="' +
      css("origin") + '" stroke="#fff" stroke-width="2.2"/><circle cx="17" cy="16" r="' + (letter ? 9 : 6) + '" fill="#fff"/>' +
      '<text x="17" y="20.5" text-anchor="middle" font-size="13" font-weight="700" fill="' + css("origin") + '">' + letter + "</text></svg>";
    const marker = L.marker([options.lat, options.lon], { title: options.title, alt: options.title, zIndexOffset: 1500,
      icon: L.divIcon({ className: "finder-pin", html: html, iconSize: [34, 46], iconAnchor: [17, 45], popupAnchor: [0, -42] }) });
    const box = document.createElement("div");
    box.textContent = options.title;
    return L.featureGroup([marker.bindPopup(box)]);
  };

  finder.route = function (options) {
    const style = { pane: "finder-routes", interactive: false, lineCap: "round", lineJoin: "round" };
    const parts = [];
    options.legs.forEach((leg) => parts.push(L.polyline(leg, { ...style, color: css("route"), weight: 3, dashArray: "1 7" })));
    if (options.path.length) {
      parts.push(L.polyline(options.path, { ...style, color: css("route-halo"), weight: 9, opacity: 0.9 }));
      parts.push(L.polyline(options.path, { ...style, color: css("route"), weight: 5 }));
    }
    return L.featureGroup(parts);
  };

  /* ---- mobile units: stops as large as their children, depots, rounds ------------------------------------ */

  const STOP = { least: 7, numbered: 23, lettered: 15, most: 64 };
  const stopScale = (zoom) => (zoom <= 8 ? 0.75 : zoom >= 11 ? 1.45 : 0.75 + (zoom - 8) * 0.233);

  function stopIcon(stop, zoom) {
    const grown = stop.size * stopScale(zoom);
    const size = Math.min(STOP.most, Math.max(stop.number ? STOP.numbered : STOP.least, grown));
    const fill = colour(stop.colour);
    const ink = luminance(fill) > 0.2 ? "#16201f" : "#ffffff";
    const text = stop.number ? String(stop.number) : size >= STOP.lettered && !stop.is_quiet ? stop.letter : "";
    const px = stop.number ? 13 : Math.min(14, size * 0.62);
    const shape = stop.shape === "square"
      ? `<rect x="1" y="1" width="${size - 2}" height="${size - 2}" rx="2"/>`
      : `<circle cx="${size / 2}" cy="${size / 2}" r="${size / 2 - 1}"/>`;
    const html = `<svg width="${size}" height="${size}" aria-hidden="true"><g fill="${fill}" stroke="${css("panel")}"
      stroke-width="${stop.number ? 2.2 : 1.2}">${shape}</g><text x="${size / 2}" y="${size / 2 + px * 0.36}" text-anchor="middle"
      font-size="${px}" font-weight="700" fill="${ink}">${textHtml(text)}</text></svg>`;
    return L.divIcon({ className: "finder-stop" + (stop.is_quiet ? " finder-stop-quiet" : ""), html: html, iconSize: [size, size],
      iconAnchor: [size / 2, size / 2], popupAnchor: [0, -size / 2] });
  }

  finder.stops = function (options) {
    const group = L.featureGroup();
    const drawn = options.stops.map((stop, rank) => {
      const marker = L.marker([stop.lat, stop.lon], { icon: stopIcon(stop, 9), title: stop.title, alt: stop.title,
        keyboard: stop.number > 0, zIndexOffset: stop.number ? 2000 : rank, pane: stop.is_quiet ? "finder-small" : "markerPane" });
      marker.bindPopup(popupContent(stop), { maxWidth: 280 });
      group.addLayer(marker);
      return { stop: stop, marker: marker };
    });
    for (const depot of options.depots) {
      const html = '<svg width="26" height="26" viewBox="0 0 26 26" aria-hidden="true"><path d="M3 12 13 3l10 9v11H3z" fill="' + css("ink") +
        '" stroke="' + css("halo") + '" stroke-width="2"/><path d="M10 22v-7h6v7z" fill="' + css("halo") + '"/></svg>';
      const icon = L.divIcon({ className: "finder-stop", html: html, iconSize: [26, 26], iconAnchor: [13, 14], popupAnchor: [0, -12] });
      const marker = L.marker([depot.lat, depot.lon], { icon: icon, title: depot.title, alt: depot.title, zIndexOffset: 3000 });
      group.addLayer(marker.bindPopup(popupContent({ title: depot.title, lines: depot.lines, notes: [] }), { maxWidth: 260 }));
    }
    let map = null;
    const refresh = () => { for (const { stop, marker } of drawn) marker.setIcon(stopIcon(stop, map.getZoom())); };
    group.on("add", () => { map = group._map; map.on("zoomend", refresh); refresh(); });
    group.on("remove", () => map.off("zoomend", refresh));
    return group;
  };

  finder.rounds = function (options) {
    const style = { pane: "finder-routes", interactive: false, lineCap: "round", lineJoin: "round" };
    const parts = options.days.map((day) => L.polyline(day, { ...style, color: css("ink"), weight: 1.3, opacity: 0.65, dashArray: "3 4" }));
    if (options.legs.length) {
      parts.push(L.polyline(options.legs, { ...style, color: css("route-halo"), weight: 8, opacity: 0.9 }));
      parts.push(L.polyline(options.legs, { ...style, color: css("route"), weight: 4.5 }));
    }
    return L.featureGroup(parts);
  };

  /* Moves the view only when the question changed, so that zoom and place are kept between answers. */
  finder.fit = function (map, options) {
    if (finder.fitted === options.token) return;
    const animate = finder.fitted !== undefined;
    finder.fitted = options.token;
    const fit = (moves) => map.fitBounds(options.bounds, { padding: [options.padding, options.padding],
      maxZoom: options.max_zoom, animate: moves, duration: 0.5 });
    fit(animate);
    // The frame gets its height after the map is made: fit again until the visitor moves the map.
    if (finder.refit) map.off("resize", finder.refit);
    finder.refit = () => fit(false);
    map.on("resize", finder.refit);
    map.once("dragstart", () => map.off("resize", finder.refit));
  };
})();
