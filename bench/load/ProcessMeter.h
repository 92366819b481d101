#pragma once

#include <cstdint>

namespace bench {

/// CPU and memory of another process, from /proc. Zeroes once it has ended.
class ProcessMeter {
 public:
  explicit ProcessMeter(int pid) noexcept : _pid(pid) {}
  /// User and system time of all its threads. The kernel counts in ticks of 10 ms.
  double cpuSeconds() const;
  /// Resident bytes.
  std::uint64_t residentBytes() const;

 private:
  int _pid;
};

/// CPU seconds of all programs and of the kernel, on all cores, with what a hypervisor took away.
double machineCpuSeconds();

}  // namespace bench
