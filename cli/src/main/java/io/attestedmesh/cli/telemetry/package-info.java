/**
 * What a running node tells its operator: metrics, health, status and recent rejections, in plain HTTP on loopback, and
 * the client for it.
 *
 * <pre>{@code
 * try (Telemetry telemetry = Telemetry.start(config.node(), config.telemetry().listen(), clock)) {
 *     new ConnectionLog(telemetry.meters(), accepted, telemetry.rejections());
 *     telemetry.add(part);    // a StatusPart: its object in the status, and why it fails
 *     telemetry.serving();
 * }
 *
 * Map<String, Object> status = TelemetryClient.of(config).status();
 * }</pre>
 */
package io.attestedmesh.cli.telemetry;
