import pytest
from client_session import load_driver


@pytest.fixture(scope="module")
def client(driver):
    return load_driver(driver)


@pytest.mark.parametrize(
    ("text", "expected"),  # of the reference implementation, seed 0
    [
        (b"", 0xEF46DB3751D8E999),
        (b"abc", 0x44BC2CF5AD770999),
        (b"Nobody inspects the spammish repetition", 0xFBCEA83C8A378BF1),
    ],
)
def test_is_xxh64(client, text, expected):
    assert client.hash([text]) == expected


@pytest.mark.parametrize("length", [0, 1, 7, 31, 32, 33, 63, 64, 65, 1000])
def test_pieces_do_not_matter(client, length):
    text = bytes(i * 7 % 251 for i in range(length))
    whole = client.hash([text])
    for cut in range(0, length + 1, max(1, length // 13)):
        assert client.hash([text[:cut], text[cut:]]) == whole
