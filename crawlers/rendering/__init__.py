"""Pages that show nothing without a browser 浏览器渲染: one Chromium per crawl process.

A page is fetched and preserved like any other first. Only where its adapter asks for it, the preserved bytes
are then shown to Chromium, and whatever the page asks for on the way is fetched by Scrapy, past the same
guards, and preserved too. Chromium itself has no way to the network.

scrapy-playwright keeps the browser and its pages:

    spider -> render.render -> handler.RenderingHandler -> page.observe
                                      |                        |
                                browser.OneBrowser      loader.Loader -> Scrapy's downloader
"""
