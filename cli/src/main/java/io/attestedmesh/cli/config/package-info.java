/**
 * {@code amesh.toml}: one record a section, read and validated once.
 *
 * <pre>{@code
 * Overrides overrides = Overrides.of(terminal.environment(), List.of("node.listen=127.0.0.1:0"));
 * MeshConfig config = MeshConfig.load(Path.of("amesh.toml"), overrides);
 * config.node().listen();
 * }</pre>
 *
 * <p>A key that nothing reads is an error, with the nearest known key as hint. Environment variables
 * ({@code AMESH_SECTION_KEY}) override the file, {@code --set section.key=value} overrides both. File names are relative
 * to the folder of the file they stand in.
 */
package io.attestedmesh.cli.config;
