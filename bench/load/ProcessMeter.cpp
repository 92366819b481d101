#include "load/ProcessMeter.h"

#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

namespace bench {

double ProcessMeter::cpuSeconds() const {
  std::ifstream file("/proc/" + std::to_string(_pid) + "/stat");
  std::string line;
  if (!std::getline(file, line)) return 0;
  // After the command's name, which may contain any character: state, then ten fields, then utime and stime.
  std::istringstream fields(line.substr(line.rfind(')') + 2));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

std::uint64_t ProcessMeter::residentBytes() const {
  std::ifstream file("/proc/" + std::to_string(_pid) + "/statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  file >> size >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

double machineCpuSeconds() {
  std::ifstream file("/proc/stat");
  std::string name;
  double user = 0;
  double nice = 0;
  double system = 0;
  double idle = 0;
  double waiting = 0;
  double interrupts = 0;
  double softInterrupts = 0;
  double stolen = 0;
  file >> name >> user >> nice >> system >> idle >> waiting >> interrupts >> softInterrupts >> stolen;
  return (user + nice + system + interrupts + softInterrupts + stolen) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace bench
