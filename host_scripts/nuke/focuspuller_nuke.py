"""FocusPuller in Nuke: the menu, and a focus pull laid out from one Read. Python 3.7 (Nuke 13) and newer.

Nodes come from the bundle's manifest, so a new node is in the menu without a change here.
"""

import json
import os
import re
import sys

import nuke

BUNDLE = "FocusPuller.ofx.bundle"
INSTALL = "Run `focuspuller install`, or put the folder that holds {} into OFX_PLUGIN_PATH, and start Nuke again.".format(BUNDLE)


def standard_folders():
    """Where OpenFX hosts look for bundles: OFX_PLUGIN_PATH, then the platform's folder."""
    folders = [f for f in os.environ.get("OFX_PLUGIN_PATH", "").split(os.pathsep) if f]
    if sys.platform == "win32":
        common = os.environ.get("CommonProgramFiles", "C:\\Program Files\\Common Files")
        return folders + [os.path.join(common, "OFX", "Plugins")]
    return folders + ["/Library/OFX/Plugins" if sys.platform == "darwin" else "/usr/OFX/Plugins"]


def manifest_in(folder):
    """Path of the manifest of a bundle in this folder."""
    return os.path.join(folder, BUNDLE, "Contents", "Resources", "nodes.json")


def find_manifest():
    """The manifest of the bundle that Nuke finds, as data; None where it finds none."""
    for folder in standard_folders():
        if os.path.isfile(manifest_in(folder)):
            with open(manifest_in(folder), encoding="utf-8") as file:
                return json.load(file)
    return None


def add_bundle_path():
    """Makes Nuke find the bundle of the Python package that this file is in, where no other is installed."""
    if find_manifest() is not None:
        return
    package = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    if os.path.isfile(manifest_in(package)):
        known = os.environ.get("OFX_PLUGIN_PATH")
        os.environ["OFX_PLUGIN_PATH"] = known + os.pathsep + package if known else package


def node_class(node):
    """Nuke's class of an OpenFX node: OFX, the plug-in's id in lower case, its major version. node: a manifest entry."""
    return "OFX{}_v{}".format(node["id"].lower(), node["version"][0])


def add_menu():
    """The FocusPuller menu among the nodes: every node, and the command that lays out a focus pull."""
    menu = nuke.menu("Nodes").addMenu("FocusPuller")
    found = find_manifest()
    if found is None:
        menu.addCommand("Not installed", lambda: nuke.message(INSTALL))
        return
    for node in found["nodes"]:
        menu.addCommand(node["label"], "nuke.createNode({!r})".format(node_class(node)))
    menu.addSeparator()
    menu.addCommand("Focus Pull from Read", focus_pull)


def depth_channel(channels):
    """The channel that most likely holds depth: depth.Z, else one called Z, else one of a layer called depth; or None."""
    for pattern in (r"depth\.z", r"(.*\.)?z", r"(.*[._])?depth([._].*)?"):
        for channel in channels:
            if re.fullmatch(pattern, channel, re.IGNORECASE):
                return channel
    return None


def result_file(source):
    """Where the result goes: beside the folder's clip, as EXR, _focus in its name."""
    stem, number, _ = re.fullmatch(r"(.*?)([._]?(?:%\d*d|#+))?(\.\w+)?", source).groups(default="")
    return "{}_focus{}.exr".format(stem, number)


def focus_pull():
    """Lays out Read → LensDefocus → Write for the selected Read (or asks for a clip), with its depth wired.

    Where the Read has no depth channel, depth and highlights are recovered: Read → DepthHDR → TemporalStabilize →
    LensDefocus. Returns the nodes (read, depth, lens, write); None when the artist cancels or the plug-in is missing.
    """
    found = find_manifest()
    entries = {n["name"]: n for n in found["nodes"]} if found else {}
    if not {"LensDefocus", "DepthHDR", "TemporalStabilize"} <= set(entries):
        nuke.message(INSTALL)
        return None
    read = _selected_read()
    if read is None:
        return None
    for node in nuke.selectedNodes():
        node.setSelected(False)
    channel = depth_channel(read.channels())
    try:
        lens = _wired(entries["LensDefocus"], read, 200, Source=read)
        if channel is None:
            depth = _wired(entries["DepthHDR"], read, 70, Source=read)
            steady = _wired(entries["TemporalStabilize"], read, 130, Source=depth, Guide=read)
            _connect(entries["LensDefocus"], lens, Source=steady)
            lens["depthSource"].setValue("source alpha")
        else:
            depth = nuke.nodes.Expression(inputs=[read], channel0="rgba", expr0=channel, label=channel)
            depth.setXYpos(read.xpos() + 150, read.ypos() + 100)
            _connect(entries["LensDefocus"], lens, Depth=depth)
    except RuntimeError as problem:
        nuke.message("Nuke cannot make FocusPuller's nodes: {}\n{}".format(problem, INSTALL))
        return None

    write = nuke.nodes.Write(inputs=[lens], file=result_file(read["file"].value()), file_type="exr", channels="rgba")
    write.setXYpos(read.xpos(), read.ypos() + 300)
    lens.showControlPanel()
    return read, depth, lens, write


def _wired(entry, read, below, **inputs):
    """A new FocusPuller node below the Read, its inputs connected. RuntimeError where Nuke cannot make it."""
    node = nuke.createNode(node_class(entry), inpanel=False)
    _connect(entry, node, **inputs)
    node.setXYpos(read.xpos(), read.ypos() + below)
    node.setSelected(False)
    return node


def _connect(entry, node, **inputs):
    names = [clip["name"] for clip in entry["clips"]]
    for name, source in inputs.items():
        node.setInput(names.index(name), source)


def _selected_read():
    """The selected Read, or a new one of a clip that the artist chooses."""
    reads = [n for n in nuke.selectedNodes() if n.Class() == "Read"]
    if reads:
        return reads[0]
    clip = nuke.getClipname("Deep-focus clip with depth")
    if not clip:
        return None
    read = nuke.nodes.Read()
    read["file"].fromUserText(clip)
    return read
