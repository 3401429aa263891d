/**
 * What a parent does for its enclave beside carrying connections: it serves the configuration, writes down the log and
 * answers the heartbeat. Nothing of it is trusted inside.
 *
 * <pre>{@code
 * try (EventLoop loop = EventLoop.start("services");                                     // on the parent
 *         StreamServer config = new StreamServer(loop, configPort, 4, timeout, new ConfigService(folder));
 *         StreamServer log = new StreamServer(loop, logPort, 4, timeout, new LogSink(System.err::println, 200, clock))) {
 *     stopped.await();
 * }
 *
 * ConfigArchive archive = ConfigService.fetch(new VsockAddress(3, 9102), Duration.ofSeconds(30)); // in the enclave
 * Bytes digest = archive.encoded().sha384();
 * archive.unpack(Path.of("/run/amesh"));
 * }</pre>
 */
package io.attestedmesh.enclave.parent;
