"""Run by the Python that has `bpy`: `python blender_defocus.py JOB.json`. Nothing of ours is imported here.

The job: light, depth (EXR files; depth is distance in m), out (folder), width, height, focal_length and sensor_width in
mm, f_stop, focus_distance in m, blur_max in px, timed. Renders the compositor's Defocus node, all else empty, to
`out/out.exr`. Prints a line of JSON: version, and seconds of a render with and without the node where `timed`.
"""

import json
import sys
import time
from pathlib import Path

import bpy


def image_node(tree, path: str):
    node = tree.nodes.new("CompositorNodeImage")
    node.image = bpy.data.images.load(path)
    node.image.colorspace_settings.name = "Non-Color"
    node.image.alpha_mode = "PREMUL"
    return node


def scene_for(job: dict):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    data = bpy.data.cameras.new("camera")
    data.sensor_fit, data.sensor_width, data.lens = "HORIZONTAL", job["sensor_width"], job["focal_length"]
    data.dof.use_dof, data.dof.focus_distance = True, job["focus_distance"]
    scene.camera = bpy.data.objects.new("camera", data)
    scene.collection.objects.link(scene.camera)
    render = scene.render
    render.resolution_x, render.resolution_y, render.resolution_percentage = job["width"], job["height"], 100
    render.compositor_device, render.compositor_precision = "CPU", "FULL"
    render.image_settings.file_format, render.image_settings.color_depth = "OPEN_EXR", "32"
    render.image_settings.color_mode, render.image_settings.exr_codec = "RGB", "NONE"
    render.filepath = str(Path(job["out"], "out.exr"))
    scene.view_settings.view_transform = "Raw"
    return scene


def connect(scene, job: dict):
    """The compositor's graph; returns the Defocus node."""
    tree = bpy.data.node_groups.new("defocus", "CompositorNodeTree")
    tree.interface.new_socket("Image", in_out="OUTPUT", socket_type="NodeSocketColor")
    scene.compositing_node_group = tree
    node, output = tree.nodes.new("CompositorNodeDefocus"), tree.nodes.new("NodeGroupOutput")
    node.scene, node.use_zbuffer, node.bokeh = scene, True, "CIRCLE"
    node.f_stop, node.blur_max = job["f_stop"], job["blur_max"]
    tree.links.new(image_node(tree, job["light"]).outputs["Image"], node.inputs["Image"])
    tree.links.new(image_node(tree, job["depth"]).outputs["Image"], node.inputs["Z"])
    tree.links.new(node.outputs["Image"], output.inputs["Image"])
    return node


def seconds() -> float:
    start = time.perf_counter()
    bpy.ops.render.render(write_still=True)
    return time.perf_counter() - start


def main() -> None:
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    scene = scene_for(job)
    node = connect(scene, job)
    report = {"version": bpy.app.version_string}
    if job["timed"]:
        node.mute = True
        seconds()
        report["without"] = seconds()
        node.mute = False
    report["with"] = seconds()
    print(json.dumps(report))


main()
