# chat_warnings(TARGET): the warnings that every target of the project is built with, all of them errors.
function(chat_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Werror -Wshadow -Wnon-virtual-dtor
                                           -Woverloaded-virtual -Wcast-align)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ takes an optional string that is moved for an uninitialized one (GCC bug 105593, still there in 14), and 12 sees an
    # overlap in every `"text" + std::string` (GCC bug 105651).
    target_compile_options(${target} PRIVATE -Wno-maybe-uninitialized)
    if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
      target_compile_options(${target} PRIVATE -Wno-restrict)
    endif()
  endif()
endfunction()
