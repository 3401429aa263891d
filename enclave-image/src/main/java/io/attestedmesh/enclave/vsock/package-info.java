/**
 * Carries connections between an enclave and its parent, over vsock, or over Unix sockets where there is none.
 *
 * <pre>{@code
 * try (EventLoop loop = EventLoop.start("bridge");                              // on the parent
 *         Bridge in = Bridge.forward(loop, new TcpAddress(any, 7443), new VsockAddress(16, 7443), limits, events);
 *         Bridge out = Bridge.toAllowed(
 *                 loop, new VsockAddress(VsockAddress.ANY, 9101), Set.of(kms), NameResolver.SYSTEM, limits, events)) {
 *     stopped.await();
 *     in.drain(Duration.ofSeconds(10));
 * }
 *
 * Bridge.forward(loop, new VsockAddress(VsockAddress.ANY, 7443), new TcpAddress(loopback, 7443), limits, events);
 * Bridge.toTarget(loop, new TcpAddress(localAlias, 443), new VsockAddress(3, 9101), kms, limits, events); // in the enclave
 * }</pre>
 *
 * <p>Linux only. Sockets are made by the C library through JNA; one thread serves all of them by epoll. A reset passes
 * through TCP sockets; vsock and Unix sockets have none, there it becomes the end of both directions.
 */
package io.attestedmesh.enclave.vsock;
