/**
 * The payload of a release list: which code may talk to us, until when. Parsing checks the format; {@link
 * io.attestedmesh.releases.list.ContentRules} check what no list may say; who signed it is
 * {@code releases.envelope}'s part.
 *
 * <pre>{@code
 * ReleaseList list = ReleaseList.parse(envelope.payload());
 * ContentRules.check(list);
 * for (Release release : list.releases()) {
 *     print(release.title(), release.status(), release.pcrs().get(0));
 * }
 * ReleaseList next = list.next(now, now.plus(Duration.ofDays(30)), changed);
 * Files.write(file, next.encode().toByteArray());
 * }</pre>
 */
package io.attestedmesh.releases.list;
