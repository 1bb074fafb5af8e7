import ParzenCommand

ParzenTool.main()
