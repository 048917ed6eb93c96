"""What somebody would write by hand for the same work: read the file, send, validate, compare."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import jsonschema
import requests
import yaml


def main() -> None:
    path = Path(sys.argv[1])
    collection = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    schema = json.loads((path.parent / "completion.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    base_url = collection["variables"]["BASE_URL"]
    session = requests.Session()
    for one in collection["requests"]:
        url = one["url"].replace("<<BASE_URL>>", base_url)
        response = session.post(url, json=one["json"], headers=collection["defaults"]["headers"], timeout=30)
        assert response.status_code == 200
        assert "json" in response.headers["content-type"]
        answer = response.json()
        validator.validate(answer)
        assert answer["choices"][0]["message"]["role"] == "assistant"
        assert len(answer["choices"]) == 1
        assert answer["usage"]["total_tokens"] <= 500
        print("PASS", one["name"], response.status_code, f"{response.elapsed.total_seconds() * 1000:.0f} ms")


if __name__ == "__main__":
    main()
