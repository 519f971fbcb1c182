"""FocusPuller in Natron: a focus pull laid out from one clip. Natron lists the nodes themselves, under FocusPuller."""

import re

LENS = "org.focuspuller.LensDefocus"
DEPTH, STEADY = "org.focuspuller.DepthHDR", "org.focuspuller.TemporalStabilize"
INSTALL = (
    "Natron has not found FocusPuller.ofx.bundle. Run `focuspuller install`, or put the folder that holds it into "
    "OFX_PLUGIN_PATH, and start Natron again."
)
FILE_TYPES = ("exr", "tif", "tiff", "png", "dpx")


def add_menu():
    """Adds the command to the menu bar. For initGui.py: Natron takes no menu commands later."""
    import NatronGui

    NatronGui.natron.addMenuCommand("FocusPuller/Focus Pull from Read", "focuspuller_natron.focus_pull_from_selection")


def focus_pull_from_selection():
    """The menu command: from the selected Read, else from a clip that the artist chooses."""
    from NatronGui import natron

    app = natron.getGuiInstance(natron.getActiveInstance().getAppID())
    read = next((node for node in app.getSelectedNodes() if node.isReaderNode()), None)
    file = read.getParam("filename").get() if read else app.getSequenceDialog(FILE_TYPES)
    if not file:
        return
    try:
        focus_pull(app, file, read=read)
    except RuntimeError as problem:
        natron.errorDialog("FocusPuller", str(problem))


def depth_layer(layers, picture=""):
    """The Read's layer that most likely holds depth: one called depth or Z, of the same view as the layer `picture` if
    possible; None where there is none."""
    patterns = (r"depth(\.z)?", r"z(\.z)?", r"depth.*", r".*\.z")
    found = [layer for pattern in patterns for layer in layers if re.fullmatch(pattern, layer, re.IGNORECASE)]
    return next((layer for layer in found if view_of(layer) == view_of(picture)), found[0] if found else None)


def view_of(layer):
    """What a layer's name says of its view: right for rgba_right.RGBA, nothing for rgba.RGBA."""
    part = layer.partition(".")[0]
    return part.rpartition("_")[2].lower() if "_" in part else ""


def result_file(source):
    """Where the result goes: beside the clip, as EXR, _focus in its name."""
    stem, number, _ = re.fullmatch(r"(.*?)([._]?(?:%\d*d|#+))?(\.\w+)?", source).groups(default="")
    return f"{stem}_focus{number}.exr"


def focus_pull(app, file, result=None, read=None):
    """Lays out Read → LensDefocus → Write with the clip's depth wired, in the project or in the background.

    file: the clip's pattern (####). result: the pattern to write; default beside the clip. read: a Read of it that is
    there already. Returns (read, depth, lens, write); depth is a second Read of the file, or where that has no depth a
    DepthHDR, whose recovered depth and light go to the lens through TemporalStabilize. Raises RuntimeError where a node
    cannot be made.
    """
    lens = _plugin(app, LENS)
    read = read or _made(app.createReader(file), file)
    x, y = read.getPosition()
    lens.setPosition(x, y + 200)

    layers = read.getParam("outputLayer")
    picture = layers.getOptions()[layers.get()] if layers is not None else ""
    depth = _depth_read(app, file, depth_layer(layers.getOptions(), picture) if layers is not None else None)
    if depth is not None:
        depth.setPosition(x + 200, y)
        _connect(lens, Source=read, Depth=depth)
    else:
        depth, steady = _plugin(app, DEPTH), _plugin(app, STEADY)
        depth.setPosition(x, y + 70)
        steady.setPosition(x, y + 130)
        _connect(depth, Source=read)
        _connect(steady, Source=depth, Guide=read)
        _connect(lens, Source=steady)
        lens.getParam("depthSource").set("source alpha")

    result = result or result_file(file)
    write = _made(app.createWriter(result), result)
    write.setPosition(x, y + 300)
    write.connectInput(0, lens)
    write.getParam("formatType").set("input")
    _write_one_view(write, view_of(picture))
    return read, depth, lens, write


def _write_one_view(write, view):
    """Writes the Read's view alone: its layer is not in the others, and Natron fails at those."""
    views = write.getParam("viewsSelector")
    for name in views.getOptions() if views is not None else ():
        if name.lower() == view:
            views.set(name)


def _depth_read(app, file, layer):
    """A second Read of the clip that gives its depth; None without a layer."""
    if layer is None:
        return None
    depth = _made(app.createReader(file), file)
    depth.setLabel("Depth")
    depth.getParam("outputLayer").set(layer)
    return depth


def _plugin(app, name):
    node = app.createNode(name)
    if node is None:
        raise RuntimeError(INSTALL)
    return node


def _connect(node, **inputs):
    labels = [node.getInputLabel(index) for index in range(node.getMaxInputCount())]
    for label, source in inputs.items():
        node.connectInput(labels.index(label), source)


def _made(node, file):
    if node is None:
        raise RuntimeError(f"Natron has no plug-in for {file}; install openfx-io or choose an EXR.")
    return node
