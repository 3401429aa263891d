/**
 * {@code amesh demo}: a small mesh on a simulated cloud, and eight impostors that it refuses.
 *
 * <pre>{@code
 * try (Mesh mesh = Mesh.start(folder, clock, random)) {
 *     List<Scene> accepted = mesh.exchangeMessages(5);
 *     List<Scene> refused = new Impostors(mesh).tryAll();
 * }
 * }</pre>
 */
package io.attestedmesh.cli.demo;
