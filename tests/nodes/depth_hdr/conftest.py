"""Networks for DepthHDR's tests: weights of no training, and a TorchScript network that gives brightness."""

import pytest


@pytest.fixture(scope="session")
def weights(tmp_path_factory):
    import torch

    from focuspuller.kernels.rgbd_hdr.estimate import KIND
    from focuspuller.kernels.rgbd_hdr.network import BINS, RgbdHdr
    from focuspuller.kernels.weights_file import save_weights

    torch.manual_seed(7)
    network = RgbdHdr()
    with torch.no_grad():  # brighter is nearer
        network.disparity.unet.head.bias.copy_(torch.linspace(0.1, 0.9, BINS).repeat_interleave(4))
    path = tmp_path_factory.mktemp("weights") / "untrained.safetensors"
    save_weights(path, network.state_dict(), {"network": KIND})
    return str(path)


@pytest.fixture(scope="session")
def brightness(tmp_path_factory):
    """A model file whose disparity is 3 · the normalised green channel + 10."""
    import torch

    class Green(torch.nn.Module):
        def forward(self, x):
            return 3 * x[:, 1:2] + 10

    path = tmp_path_factory.mktemp("model") / "green.pt"
    torch.jit.script(Green()).save(str(path))
    return str(path)
