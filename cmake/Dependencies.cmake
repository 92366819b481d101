# Everything that the project takes from Debian; versions are those of Debian 12, newer ones work.
find_package(Threads REQUIRED)

# Poco's DataMySQL target names MySQL::client, which nobody defines: define it first.
if(NOT TARGET MySQL::client)
  find_library(MYSQL_CLIENT_LIB NAMES mariadb mysqlclient REQUIRED)
  find_path(MYSQL_CLIENT_INCLUDE mysql.h PATH_SUFFIXES mariadb mysql REQUIRED)
  add_library(MySQL::client INTERFACE IMPORTED)
  set_property(TARGET MySQL::client PROPERTY INTERFACE_LINK_LIBRARIES ${MYSQL_CLIENT_LIB})
  set_property(TARGET MySQL::client PROPERTY INTERFACE_INCLUDE_DIRECTORIES ${MYSQL_CLIENT_INCLUDE})
endif()
find_package(Poco 1.11 CONFIG REQUIRED COMPONENTS Foundation Util Net JSON Data DataMySQL DataSQLite)
find_package(Boost 1.81 REQUIRED)

find_package(PkgConfig REQUIRED)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(SIMDJSON REQUIRED IMPORTED_TARGET simdjson)
if(CHAT_TESTS OR NOT DEFINED CHAT_TESTS)
  pkg_check_modules(CPPUNIT IMPORTED_TARGET cppunit)
endif()
