/**
 * Sets a small virtual machine up and down, for a program that is its first process. Linux only.
 *
 * <pre>{@code
 * Machine.mountFileSystems();
 * Machine.loopbackUp();
 * Machine.addEntropy(nsm.random());
 * PowerSwitch power = PowerSwitch.arm();
 * Machine.become(65534);
 * power.narrow();
 * serve();
 * power.press();
 * }</pre>
 */
package io.attestedmesh.enclave.machine;
