"""What breaks on the way of a page."""

import os


class BrokenDisk:
    """Closes the WARC file under the archive's feet before the first answer is captured."""

    def __init__(self, crawler):
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler):
        return cls(crawler)

    def process_request(self, request):
        archive = self._crawler.spider.archive
        if archive._fd >= 0:
            # A descriptor that cannot be written to, as a disk that went away.
            os.dup2(os.open("/dev/full", os.O_RDONLY), archive._fd)


class BrokenPipeline:
    """A pipeline with a fault of its own."""

    def process_item(self, item):
        raise KeyError(item.target.url)
