/**
 * JSON as the formats of {@code docs/releases.md} have it, read strictly and written deterministically. A document is
 * read once from front to back, never into a tree: a list may have megabytes.
 *
 * <pre>{@code
 * Point read(JsonReader in) throws MalformedReleasesException {
 *     in.beginObject();
 *     Long x = null;
 *     while (in.nextMember()) {
 *         switch (in.member()) {
 *             case "x" -> x = in.integer(0, 99);
 *             default -> throw in.unknownMember();
 *         }
 *     }
 *     return new Point(in.required("x", x));
 * }
 * Point point = JsonReader.read("point", bytes, 1024, this::read);
 * }</pre>
 */
package io.attestedmesh.releases.json;
