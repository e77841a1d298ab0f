/** Systems measured side by side: stages, probes, the systems, and reports. */
package dev.gap.lab.bench;
