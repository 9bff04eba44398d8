import { HttpError } from '../http.js';
import { sha256 } from '../random.js';
import type { Handler } from '../visit.js';

/** Style and scripts: kept by the browser, which asks each time whether they are still the same. */
export const getAsset: Handler = ({ services, request, url }) => {
  const asset = services.assets.get(url.pathname);
  if (asset === undefined) throw new HttpError(404);
  const tag = `"${sha256(asset.body)}"`;
  const headers = { 'content-type': asset.type, 'cache-control': 'public, no-cache', etag: tag };
  if (request.headers.get('if-none-match') === tag) return new Response(null, { status: 304, headers });
  return new Response(asset.body, { headers });
};
