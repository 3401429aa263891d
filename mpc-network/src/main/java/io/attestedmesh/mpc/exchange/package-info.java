/** To be written. */
package io.attestedmesh.mpc.exchange;
