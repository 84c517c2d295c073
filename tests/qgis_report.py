"""Run by QGIS's own Python: opens each layer of a GeoPackage as a user would and tells what QGIS made of it.

Usage: qgis_report.py FILE FOLDER. Writes ``report.json`` and a picture of each layer into the folder.
"""

import json
import os
import pathlib
import sys

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsExpressionContextUtils,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsRenderContext,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor


def describe(layer):
    renderer = layer.renderer()
    report = {
        "valid": layer.isValid(),
        "features": layer.featureCount(),
        "aliases": {field.name(): field.alias() for field in layer.fields()},
        "display": layer.displayExpression(),
        "labels": layer.labelsEnabled(),
        "title": layer.metadata().title(),
        "licences": layer.metadata().licenses(),
        "rights": layer.metadata().rights(),
        "styles": layer.listStylesInDatabase()[2][: layer.listStylesInDatabase()[0]],
        "styles_listed": layer.listStylesInDatabase()[1],
        "renderer": renderer.type() if renderer else None,
    }
    if renderer:
        report["legend"] = [item.label() for item in renderer.legendSymbolItems()]
        report["undrawn"] = undrawn(layer, renderer)
    return report


def undrawn(layer, renderer):
    """Number of features for which the style has no symbol."""
    context = QgsRenderContext()
    context.expressionContext().appendScopes(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    renderer.startRender(context, layer.fields())
    count = 0
    for feature in layer.getFeatures():
        context.expressionContext().setFeature(feature)
        count += renderer.symbolForFeature(feature, context) is None
    renderer.stopRender(context)
    return count


def draw(layers, extent, path, size=(1000, 1000)):
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:32636"))
    settings.setBackgroundColor(QColor("white"))
    settings.setOutputSize(QSize(*size))
    settings.setExtent(extent)
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    job.renderedImage().save(str(path))


def extent_of(layer):
    settings = QgsMapSettings()
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:32636"))
    extent = settings.layerExtentToOutputExtent(layer, layer.extent())
    extent.scale(1.05)
    return extent


def report(package, folder):
    container = QgsVectorLayer(str(package), "", "ogr")
    names = [item.split("!!::!!")[1] for item in container.dataProvider().subLayers()]
    layers = {name: QgsVectorLayer(f"{package}|layername={name}", name, "ogr") for name in names}
    told = {name: describe(layer) for name, layer in layers.items()}
    (folder / "report.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    spatial = {name: layer for name, layer in layers.items() if layer.isSpatial()}
    for name, layer in spatial.items():
        draw([layer], extent_of(layer), folder / f"{name}.png")
    if "districts" in spatial:
        above = sorted(spatial.values(), key=lambda layer: layer.geometryType())
        whole, near = extent_of(spatial["districts"]), extent_of(spatial["districts"])
        near.scale(0.12)
        draw(above, whole, folder / "all.png", (1600, 2000))
        draw(above, near, folder / "near.png", (1600, 1200))


def main():
    application = QgsApplication([], False)
    application.initQgis()
    report(*map(pathlib.Path, sys.argv[1:3]))
    application.exitQgis()


main()
