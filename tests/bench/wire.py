"""Send raw HTTP requests with a test client."""


def send(client, request):
    head, _, body = request.partition(b"\r\n\r\n")
    first, *fields = head.decode().split("\r\n")
    method, path, _ = first.split(" ")
    return client.open(path, method=method, headers=[field.split(": ", 1) for field in fields], data=body)
